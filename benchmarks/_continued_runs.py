def continued():
    pass
