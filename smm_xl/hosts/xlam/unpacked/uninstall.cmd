@echo off
rem Removes the add-in from Excel and smm-xl from your own folder.
setlocal DisableDelayedExpansion
chcp 65001 >nul
if not exist "%~dp0python\python.exe" goto packed
"%~dp0python\python.exe" -I -B -m smm_xl.hosts.xlam.from_bundle uninstall
if errorlevel 1 goto refused
if not defined LOCALAPPDATA goto refused
rem a folder that is the current one is not removed
cd /d "%SystemRoot%"
rem one block, which is read as a whole: this file may be among those that are removed
(
  for %%f in (smm-xl smm-xl.old smm-xl.new) do if exist "%LOCALAPPDATA%\Programs\%%f" rd /s /q "%LOCALAPPDATA%\Programs\%%f"
  if exist "%LOCALAPPDATA%\Programs\smm-xl\python" (
    echo Not all could be removed: close Excel and delete the folder "%LOCALAPPDATA%\Programs\smm-xl"
    echo Удалено не всё: закройте Excel и удалите папку "%LOCALAPPDATA%\Programs\smm-xl"
    pause
    exit /b 1
  )
  echo Removed. Удалено.
  pause
  exit /b 0
)

:packed
echo There is no python\python.exe beside this file: unpack the whole zip first.
echo Рядом с этим файлом нет python\python.exe: сначала распакуйте весь архив.

:refused
pause
exit /b 1
