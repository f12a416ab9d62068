"""x"""
def engine_alone(context, queries): raise NotImplementedError
