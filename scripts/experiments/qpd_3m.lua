-- QPD on skirmish/3m, short enough for the quick start: about two minutes on two cores.
return {
  env = "skirmish/3m",
  algo = "qpd",
  steps = 200000,
  threads = 2,
}
