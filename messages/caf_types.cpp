#include "messages/actors.hpp"
