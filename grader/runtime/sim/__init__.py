"""The simulated accelerator: a device for PyTorch without hardware."""
