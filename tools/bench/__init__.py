"""What the site weighs and how long it takes: `make bench` prints one table, `make lighthouse` another."""
