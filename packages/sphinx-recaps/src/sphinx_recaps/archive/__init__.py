"""Links to other sites and their archived copies, and the builder that lists links."""
