"""今日任务: whom to visit next."""
