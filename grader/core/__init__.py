"""The plain data that travels between stages, its bytes and its JSON, its errors. Imports no PyTorch."""
