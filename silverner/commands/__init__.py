"""The commands of ``silverner``, one a module."""
