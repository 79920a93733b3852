"""What the tests of single pages need: the arithmetic of the application they stand in for."""

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session", autouse=True)
def _one_blas_thread():
    """Multiply with one thread, as the application does from its start.

    A second one waits busily, and beside other programs that makes large products take minutes.
    """
    with threadpool_limits(1, user_api="blas"):
        yield
