"""The library of pictures: what comes in, its files and renditions, retouching, and where it is used."""
