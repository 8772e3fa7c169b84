"""When each foot meets and leaves the ground."""
