"""Every file that we write and read again, as a typed record with one reader and one writer; no measuring."""
