#include "messages/json.hpp"
