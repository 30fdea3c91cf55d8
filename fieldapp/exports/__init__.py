"""Level 3: records to workbooks and county ledgers to records. No Qt, no storage, no network."""
