raise RuntimeError("no start")
