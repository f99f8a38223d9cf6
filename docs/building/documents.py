"""placeholder"""
def written() -> str:
    return ""
