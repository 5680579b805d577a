# node_api: the headers of node-addon-api and node-api-headers, and an import library of node.exe that is loaded late,
# through cpp/core/delay_load_hook.cc.

function(find_package_folder name variable)
  execute_process(
    COMMAND node -p "require('node:path').dirname(require.resolve('${name}/package.json'))"
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    OUTPUT_VARIABLE folder
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  file(TO_CMAKE_PATH "${folder}" folder)
  set(${variable}
      "${folder}"
      PARENT_SCOPE)
endfunction()

find_package_folder(node-addon-api node_addon_api_folder)
find_package_folder(node-api-headers node_api_headers_folder)

# The def files have no newline at their end, so they are joined name by name.
set(node_def ${CMAKE_CURRENT_BINARY_DIR}/node.def)
set(names "")
foreach(def js_native_api.def node_api.def)
  file(STRINGS ${node_api_headers_folder}/def/${def} lines)
  list(FILTER lines EXCLUDE REGEX "^(NAME|EXPORTS)")
  list(APPEND names ${lines})
endforeach()
list(REMOVE_DUPLICATES names)
list(JOIN names "\n" names)
file(WRITE ${node_def} "NAME node.exe\nEXPORTS\n${names}\n")

if(MSVC)
  set(node_library ${CMAKE_CURRENT_BINARY_DIR}/node.lib)
  set(make_node_library ${CMAKE_AR} /NOLOGO /DEF:${node_def} /OUT:${node_library} /MACHINE:${ASUSER_ARCH})
else()
  set(node_library ${CMAKE_CURRENT_BINARY_DIR}/libnode_delay.a)
  set(make_node_library ${CMAKE_DLLTOOL} -d ${node_def} --output-delaylib ${node_library})
endif()
add_custom_command(
  OUTPUT ${node_library}
  COMMAND ${make_node_library}
  DEPENDS ${node_def}
  VERBATIM)
add_custom_target(node_library DEPENDS ${node_library})

add_library(node_api INTERFACE)
add_dependencies(node_api node_library)
target_include_directories(node_api SYSTEM INTERFACE ${node_addon_api_folder} ${node_api_headers_folder}/include)
target_compile_definitions(
  node_api
  INTERFACE NAPI_VERSION=8
            BUILDING_NODE_EXTENSION
            NODE_ADDON_API_CPP_EXCEPTIONS_ALL
            NODE_ADDON_API_DISABLE_DEPRECATED
            NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS)
target_link_libraries(node_api INTERFACE ${node_library})
if(MSVC)
  target_link_libraries(node_api INTERFACE delayimp)
  target_link_options(node_api INTERFACE /DELAYLOAD:node.exe)
endif()
