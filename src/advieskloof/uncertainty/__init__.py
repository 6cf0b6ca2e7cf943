"""How uncertain an estimate is: by what each school contributes to it."""
