from tests.cadastre.conftest import after_commit  # noqa: F401
