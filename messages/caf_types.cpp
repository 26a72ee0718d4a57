#include "messages/actors.hpp"

// Instantiates nothing: it is here so that the interfaces compile on their own.
