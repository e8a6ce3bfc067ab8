-- QPD on skirmish/3m, short enough for the quick start: about a minute and a half.
return {
  env = "skirmish/3m",
  algo = "qpd",
  steps = 200000,
  threads = 2,
}
