#include "config/logging.hpp"
