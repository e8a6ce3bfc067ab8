-- A sweep: every setting that is a list is tried with every other. cohort train scripts/experiments/step_sizes.lua
-- leaves a run for each and a summary in runs/step_sizes; --resume runs/step_sizes goes on after an interruption.
return {
  env = "cliff_walking",
  algo = "q_learning",
  steps = 20000,
  lr = { 0.1, 0.5, 0.9 },
  seed = { 1, 2, 3, 4, 5 },
}
