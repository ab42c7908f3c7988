"""`python -m tests.testctl …`: makes and reads the fixtures of black-box tests in a running installation."""
