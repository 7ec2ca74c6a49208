"""A dataset repository on the Hugging Face Hub: what it holds, how to change it, and what its refusals mean."""
