"""The guide: lessons beside the labs, one step at a time."""
