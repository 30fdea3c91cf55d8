"""新建专项排查: a supervisor says whom to visit, when and how, and sees how many households that are."""
