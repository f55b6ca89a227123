"""Cultural orientation: every module of the curriculum attended, with identity checked."""
