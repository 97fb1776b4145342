"""What a data set is: tables and figures of its images, class by class and source by source; it judges nothing."""
