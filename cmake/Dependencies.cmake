# Third-party libraries under one name each. `./run` installs the packages.

find_package(CAF 0.17.6 COMPONENTS core io openssl REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL COMPONENTS Crypto REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
# On Debian 12 the CMake package of hiredis is broken, the others have none.
find_package(PkgConfig REQUIRED)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(JWT REQUIRED IMPORTED_TARGET libjwt)
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
pkg_check_modules(NCURSES REQUIRED IMPORTED_TARGET ncursesw)

# Asio and Beast compile once, in http/asio.cpp and http/beast.cpp.
add_library(boost_beast INTERFACE)
target_link_libraries(boost_beast INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(boost_beast INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED)
