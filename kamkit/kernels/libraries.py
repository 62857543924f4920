"""What is loaded before the first kernel is forked."""

__all__ = ["ALL", "LATE", "LIBRARIES", "NEVER"]

LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.heartbeat",
    "ipykernel.debugger",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "psutil",
    "sqlite3",
    "statistics",
    "numpy",
    "pandas",
    "pandas.core.arrays.arrow.extension_types",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pyarrow.acero",
    "pyarrow.compute",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "duckdb",
    "narwhals.group_by",
    "narwhals._duckdb.dataframe",
    "narwhals._duckdb.expr",
    "narwhals._duckdb.group_by",
    "narwhals._duckdb.namespace",
    "narwhals._duckdb.selectors",
    "narwhals._interchange.dataframe",
    "narwhals._pandas_like.dataframe",
    "narwhals._pandas_like.group_by",
    "narwhals._pandas_like.namespace",
    "narwhals._pandas_like.selectors",
    "narwhals._pandas_like.typing",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.style.core",
    "kamkit.deliver.compiled",
    "kamkit.deliver.plans",
    "kamkit.deliver.show",
    "kamkit.locale.loaded",
    "kamkit.method.*",
    "kamkit.engagement.*",
    "kamkit.plots.*",
)
"""What the notebooks of a report import, directly or when first used; none of it starts a thread."""

LATE = ("scipy.optimize", "scipy.stats", "sklearn.cluster", "sklearn.metrics", "threadpoolctl")
"""What some notebooks import, and takes long: kernels are forked before it is there."""

ALL = (*LIBRARIES, *LATE)
"""All of it, for one who must notice at once that a kernel has ended, which no import lets it."""

NEVER = ("debugpy",)
"""What ipykernel would load for a debugger that nobody opens in a run; a notebook can still import it."""
