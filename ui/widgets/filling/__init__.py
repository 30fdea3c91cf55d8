"""What every form to fill in has: steps, footer with saving, list of problems. Layer 5."""
