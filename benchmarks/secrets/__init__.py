"""How many kinds of secrets the redactor finds, in how many surroundings, and what it takes for one."""
