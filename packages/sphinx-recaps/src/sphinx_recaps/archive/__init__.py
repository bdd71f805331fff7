"""Links to other sites with their archived copies, and the builder that lists links."""
