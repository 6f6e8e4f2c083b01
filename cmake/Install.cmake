configure_file(cmake/acron.service.in acron.service @ONLY)
configure_file(cmake/acron-watchdog.cron.in acron-watchdog.cron @ONLY)

install(TARGETS acron RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${CMAKE_BINARY_DIR}/acron.service DESTINATION lib/systemd/system)
install(FILES ${CMAKE_BINARY_DIR}/acron-watchdog.cron DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY conf.d.example DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
foreach(page acron.8 acron.conf.5 acron-job.5)
  configure_file(cmake/man/${page}.in ${page} @ONLY)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${CMAKE_BINARY_DIR}/${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
# Job files are the operator's: only the empty directory is ours. Its place does not hang on the prefix: the program and
# the unit name it in full.
install(DIRECTORY DESTINATION /etc/acron/conf.d)
