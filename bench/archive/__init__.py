"""A farm with years behind it, made in minutes: rows of one finished order are copied by SQL, the open work of today is made row by row."""
