"""Who grades: several processes of this machine, or others elsewhere."""
