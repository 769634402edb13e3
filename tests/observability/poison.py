"""What must never leave the house. In a file of its own: a line may hold words of the file that wrote it."""

POISON = {
    "note": "Zerelda cannot pay her rent",
    "name": "Zerelda Quimby",
    "email": "zerelda.quimby@example.org",
    "password": "correct-zerelda-staple",
    "token": "mlg_zerelda0123456789abcdef0123456789",
    "cookie": "cookie-of-zerelda",
    "secret": "invitation-zerelda-in-the-path",
    "query": "zerelda-was-searched-for",
}
MARK = "zerelda"  # in every one of them
