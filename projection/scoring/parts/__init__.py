"""The parts of the fused score, one a file; :mod:`silverner.projection.scoring.parts.table` lists them."""
