"""What can be known about a part from its file alone: values in, values out. The one thing read here is the file that is given."""
