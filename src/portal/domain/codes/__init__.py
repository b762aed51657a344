"""Code sets: the answers that other systems count by, as data with the dates on which they hold, one file a set in
data/. What reads them is here too. A code that is retired is refused for a new day and readable for ever."""
