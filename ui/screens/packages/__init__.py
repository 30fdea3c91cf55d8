"""Work without a network: packages on sticks, answers, codes from screen to camera."""
