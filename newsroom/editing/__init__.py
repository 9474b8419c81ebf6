"""What every form of the admin can do: nothing typed is lost, nothing is done twice, nobody is overwritten."""
