"""What bench/past.py invents: facts and statements, one module each."""
