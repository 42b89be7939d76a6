"""What Flux costs, always beside something measured in the same run. No test: a time limit judges the machine."""
