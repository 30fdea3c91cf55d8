"""XLSForm workbooks to ODK XForms (level S): reading, tidying, converting, and every problem at once."""
