"""How runs go on beside the window: runner, workers, child process, jobs in the background."""
