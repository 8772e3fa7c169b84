"""From landmarks to steps: when each foot lands, which foot, how, and how sure. Arrays in, values out."""
